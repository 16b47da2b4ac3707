/** Labels of Marathon-LB that are not read here. One that comes to be read leaves this list: a test says so. */
export const NOT_READ_OF_PORTS: readonly string[] = ['BIND_OPTIONS', 'SSL_CERT'];
