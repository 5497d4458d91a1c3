/**
 * Addresses as the configuration has them, of a host with a port or of a Unix-domain socket: their values, the text of
 * each, and the check of what the user wrote. Nothing is resolved here.
 */
package io.apexproxy.runtime.config.address;
