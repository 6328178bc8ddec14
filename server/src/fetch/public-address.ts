import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Azure's wire server answers each virtual machine at this address, which is no special-purpose one. */
const WIRE_SERVER = '168.63.129.16';

/** Global unicast (RFC 4291). Compatible, translated and local addresses lie outside of it. */
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
      return isPublicV4(address) || allowed.check(address, 'ipv4');
    case 6:
      return isPublicV6(address) || allowed.check(address, 'ipv6');
    default:
      return false;
  }
}

const isPublicV4 = (address: string): boolean => isUnicast(address) && address !== WIRE_SERVER;

const isPublicV6 = (address: string): boolean =>
  globalUnicast.check(address, 'ipv6') && isUnicast(address);

/** Whether the address lies in none of IANA's special-purpose blocks (RFC 6890). */
const isUnicast = (address: string): boolean => ipaddr.parse(address).range() === 'unicast';
