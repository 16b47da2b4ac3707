import { isIP } from 'node:net';
import { typeNumber } from '../../dns/data-text.ts';
import { addressData } from '../../dns/address.ts';
import { type Name, toName } from '../../dns/name.ts';
import { TYPE } from '../../dns/record.ts';
import { reverseName } from '../../dns/reverse.ts';
import { EXIT, ExitError } from '../exit-codes.ts';

export interface Question {
  readonly name: Name;
  readonly type: number;
}

/** What is asked of an address is whose it is. */
const nameOfAddress = (text: string): Name | undefined => {
  const address = isIP(text) === 0 ? undefined : addressData(text);
  return address === undefined ? undefined : reverseName(address.data);
};

/** Without a type: SRV of what looks like a service, PTR of an address, else A. */
const usualType = (text: string): number => (isIP(text) !== 0 ? TYPE.PTR : text.startsWith('_') ? TYPE.SRV : TYPE.A);

/** @throws ExitError `usage`: there is no such name, or type */
export const questionOf = (name: string, type: string | undefined): Question => {
  const wire = nameOfAddress(name) ?? toName(name);
  if (wire === undefined)
    throw new ExitError(EXIT.usage, `'${name}' is no domain name: it has labels of 1 to 63 bytes with dots between, 253 in all`);
  const number = type === undefined ? usualType(name) : typeNumber(type);
  if (number === undefined)
    throw new ExitError(EXIT.usage, `'${type ?? ''}' is no record type: A, AAAA, SRV, PTR, ..., or TYPE and a number`);
  return { name: wire, type: number };
};
