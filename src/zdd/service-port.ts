import type { Definition } from './app.ts';

const given = (port: number | null | undefined): number | undefined => (port === null || port === 0 ? undefined : port);

/** Where an app keeps its service ports: the first of these that it has, in the order in which zdd.py looked. */
type Place = 'docker mappings' | 'mappings' | 'portDefinitions' | 'ports';

const placeOf = ({ container, portDefinitions, ports }: Definition): Place | undefined => {
  if ((container?.docker?.portMappings?.length ?? 0) > 0) return 'docker mappings';
  if ((container?.portMappings?.length ?? 0) > 0) return 'mappings';
  if ((portDefinitions?.length ?? 0) > 0) return 'portDefinitions';
  return (ports?.length ?? 0) > 0 ? 'ports' : undefined;
};

/** The first service port; undefined: it has none, or leaves it to Marathon. Marathon 1.5 and later tell no `ports` of container networks. */
export const servicePortOf = (app: Definition): number | undefined => {
  switch (placeOf(app)) {
    case 'docker mappings':
      return given(app.container?.docker?.portMappings?.[0]?.servicePort);
    case 'mappings':
      return given(app.container?.portMappings?.[0]?.servicePort);
    case 'portDefinitions':
      return given(app.portDefinitions?.[0]?.port);
    case 'ports':
      return given(app.ports?.[0]);
    case undefined:
      return undefined;
  }
};

const withFirst = <T>(list: readonly T[] | null | undefined, change: (first: T) => T): T[] =>
  (list ?? []).map((one, at) => (at === 0 ? change(one) : one));

/** The same app with another first service port, in the place where it has it. */
export const withServicePort = (app: Definition, port: number): Definition => {
  const mapped = (list: NonNullable<Definition['container']>['portMappings']) => withFirst(list, (one) => ({ ...one, servicePort: port }));
  const { container } = app;
  switch (placeOf(app)) {
    case 'docker mappings':
      return {
        ...app,
        container: { ...container, docker: { ...container?.docker, portMappings: mapped(container?.docker?.portMappings) } },
      };
    case 'mappings':
      return { ...app, container: { ...container, portMappings: mapped(container?.portMappings) } };
    case 'portDefinitions':
      return { ...app, portDefinitions: withFirst(app.portDefinitions, (one) => ({ ...one, port })) };
    case 'ports':
      return { ...app, ports: withFirst(app.ports, () => port) };
    case undefined:
      return app;
  }
};
