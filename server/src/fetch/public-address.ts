import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Address at which Azure's wire server answers each virtual machine. The address is in no special-purpose block. */
const WIRE_SERVER = '168.63.129.16';

/** Global unicast addresses (RFC 4291). Compatible, translated and local addresses are outside this block. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** A list of networks, in CIDR notation, that are allowed although they are not public. */
export function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [net = '', prefix] = cidr.split('/');
    list.addSubnet(net, Number(prefix), isIP(net) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** Whether files may be fetched from this IP address: it must be public or allowed. */
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

/** Whether the address is outside all of IANA's special-purpose blocks (RFC 6890). */
const isUnicast = (address: string): boolean => ipaddr.parse(address).range() === 'unicast';
