const RANGE = /^\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?$/;
const MOST = 65535;

const expand = (range: string): readonly number[] => {
  const [whole, from = '', to = from] = RANGE.exec(range) ?? [];
  if (whole === undefined || Number(to) > MOST) return [];
  return Array.from({ length: Math.max(0, Number(to) - Number(from) + 1) }, (_, at) => Number(from) + at);
};

/** '[31111-31111, 31115-31117]' as Mesos writes `resources.ports`: each port, in order. What is no range is left out. */
export const toPorts = (text: string): readonly number[] =>
  text
    .replace(/^\s*\[|\]\s*$/g, '')
    .split(',')
    .flatMap(expand);
