import type { Logger } from 'pino';
import { never } from '../../kit/never.ts';
import { ZooKeeperMasters } from '../zookeeper/zookeeper-masters.ts';
import type { MasterFinder } from './finder.ts';
import { listedMasters } from './listed-masters.ts';
import { type MastersFrom, parseMasters, pathOfFile } from './masters.ts';
import { MastersInFile } from './masters-in-file.ts';

interface FinderOptions {
  readonly log: Logger;
  readonly onChange: () => void;
}

const openFrom = (from: MastersFrom, options: FinderOptions): MasterFinder => {
  switch (from.kind) {
    case 'list':
      return listedMasters(from.masters);
    case 'zk':
      return new ZooKeeperMasters({ ...from, ...options });
    default:
      return never(from);
  }
};

/** @param text as parseMasters takes it, or `file:///PATH` @throws SluiceError SETTINGS */
export const openFinder = (text: string, options: FinderOptions): MasterFinder => {
  const path = pathOfFile(text.trim());
  if (path === undefined) return openFrom(parseMasters('the masters of Mesos', text), options);
  return new MastersInFile({ ...options, path, open: (from) => openFrom(from, options) });
};
