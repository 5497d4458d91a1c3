/**
 * Addresses in the configuration, of a host with a port or of a Unix-domain socket, and networks of clients: values,
 * texts and validation. Names are not resolved.
 */
package io.apexproxy.runtime.config.address;
