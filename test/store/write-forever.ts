import { ModelFile } from '../../src/store/model-file.ts';
import { manyApps } from './many-apps.ts';

/** Saves a model again and again until it is killed: `node write-forever.ts FILE`. */
const file = new ModelFile(process.argv[2] ?? '');
const model = manyApps(500);
for (let round = 0; ; round += 1) {
  await file.write(model, new Date(round * 1000).toISOString());
  if (round === 0) console.log('written');
}
