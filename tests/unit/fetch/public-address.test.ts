import { isReachable, networks } from '../../../server/src/fetch/public-address';

describe('isReachable', () => {
  it.each([
    ['8.8.8.8', true],
    ['93.184.216.34', true],
    ['2606:2800:220:1:248:1893:25c8:1946', true],
    // IPv4: private (RFC 1918), loopback, link-local (metadata services of clouds), shared, unspecified, broadcast,
    // multicast.
    ['10.0.0.1', false],
    ['172.16.0.1', false],
    ['172.31.255.255', false],
    ['172.32.0.1', true],
    ['192.168.1.1', false],
    ['127.0.0.1', false],
    ['127.255.255.254', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['255.255.255.255', false],
    ['224.0.0.1', false],
    ['198.18.0.1', false],
    ['::', false],
    ['::1', false],
    ['fe80::1', false],
    ['fc00::1', false],
    ['fd00:ec2::254', false],
    ['ff02::1', false],
    // Addresses with a special purpose: Azure's wire server, AS112, AMT, discard-only, segment routing, ORCHID.
    ['168.63.129.16', false],
    ['168.63.129.17', true],
    ['192.175.48.1', false],
    ['192.52.193.1', false],
    ['2620:4f:8000::1', false],
    ['100::1', false],
    ['5f00::1', false],
    ['2001:20::1', false],
    // IPv4 addresses inside IPv6 addresses: mapped, compatible, NAT64, 6to4, Teredo.
    ['::ffff:127.0.0.1', false],
    ['::ffff:7f00:1', false],
    ['::ffff:8.8.8.8', false],
    ['::127.0.0.1', false],
    ['64:ff9b::7f00:1', false],
    ['64:ff9b:1::a00:1', false],
    ['2002:7f00:1::', false],
    ['2001:0:7f00:1::', false],
    ['2001:db8::1', false],
    ['not an address', false],
    ['', false],
  ])('%s: %s', (address, reachable) => expect(isReachable(address, networks([]))).toBe(reachable));

  it.each([
    ['10.1.2.3', true],
    ['10.2.2.3', false],
    ['168.63.129.16', true],
    ['fd12::1', true],
    ['::1', false],
  ])('with networks that are allowed, %s: %s', (address, reachable) =>
    expect(isReachable(address, networks(['10.1.0.0/16', '168.63.129.16/32', 'fd12::/16']))).toBe(
      reachable
    )
  );
});
