/** What Marathon calls a task in Mesos, and in its DiscoveryInfo: the id of its app read backwards. '/prod/web' -> 'web.prod'. */
export const dottedPath = (appId: string): string =>
  appId
    .split('/')
    .filter((part) => part !== '')
    .reverse()
    .join('.');
