import { BlockList, isIP } from 'node:net';

/** Special-purpose IPv4 blocks (IANA registry, RFC 6890), and what is no host address. */
const SPECIAL_V4: Array<[string, number]> = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/**
 * Special-purpose blocks inside global unicast (RFC 6890, RFC 9637). 2001::/23 holds Teredo and
 * 2002::/16 is 6to4: both carry an IPv4 address.
 */
const SPECIAL_V6: Array<[string, number]> = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const special = new BlockList();
SPECIAL_V4.forEach(([net, prefix]) => special.addSubnet(net, prefix, 'ipv4'));
SPECIAL_V6.forEach(([net, prefix]) => special.addSubnet(net, prefix, 'ipv6'));

/** Global unicast (RFC 4291). Mapped, translated and local addresses lie outside of it. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Networks in CIDR notation that are reachable although they are not public. */
export function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [net = '', prefix] = cidr.split('/');
    list.addSubnet(net, Number(prefix), isIP(net) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** Whether a server may be asked for a file at this IP address: a public one, or an allowed one. */
export function isReachable(address: string, allowed: BlockList): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4') || allowed.check(address, 'ipv4');
    case 6:
      return (
        (globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6')) ||
        allowed.check(address, 'ipv6')
      );
    default:
      return false;
  }
}
