/** What is used of node-zookeeper-client 1.1, which has no types; `connectionManager` is its inside. */
declare module 'node-zookeeper-client' {
  import type { Socket } from 'node:net';

  interface ZooKeeperState {
    readonly name: string;
  }

  interface ZooKeeperError extends Error {
    readonly code: number;
  }

  interface ConnectionManager {
    servers: readonly { readonly host: string; readonly port: number }[];
    socket?: Socket;
    connectTimeoutHandler?: NodeJS.Timeout | null;
    onSocketData: (bytes: Buffer) => void;
  }

  interface ZooKeeperClient {
    readonly connectionManager: ConnectionManager;
    connect(): void;
    close(): void;
    addAuthInfo(scheme: string, auth: Buffer): void;
    on(event: 'state', listener: (state: ZooKeeperState) => void): void;
    getChildren(
      path: string,
      watcher: (event: unknown) => void,
      callback: (error: ZooKeeperError | null | undefined, children: readonly string[]) => void,
    ): void;
    getData(path: string, callback: (error: ZooKeeperError | null | undefined, data: Buffer) => void): void;
    /** For tests alone. */
    create(
      path: string,
      data: Buffer,
      acls: readonly unknown[],
      mode: number,
      callback: (error: ZooKeeperError | null, path: string) => void,
    ): void;
    /** For tests alone. */
    remove(path: string, version: number, callback: (error: ZooKeeperError | null) => void): void;
  }

  const zookeeper: {
    createClient(
      servers: string,
      options: { readonly sessionTimeout: number; readonly spinDelay: number; readonly retries: number },
    ): ZooKeeperClient;
    readonly State: { readonly SYNC_CONNECTED: ZooKeeperState };
    readonly Exception: { readonly NO_NODE: number };
    readonly ACL: { readonly OPEN_ACL_UNSAFE: readonly unknown[]; readonly CREATOR_ALL_ACL: readonly unknown[] };
    readonly CreateMode: { readonly PERSISTENT: number; readonly EPHEMERAL_SEQUENTIAL: number };
  };
  export default zookeeper;
  export type { ZooKeeperClient, ZooKeeperError, ZooKeeperState };
}
