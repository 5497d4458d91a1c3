/**
 * Backends from DNS.
 *
 * <p>{@code DnsServer} exchanges one message with one server, over UDP, and over TCP after a truncated answer. {@code
 * Resolver} asks several servers and follows aliases. {@code Response} and {@code SrvBackends} are pure: what a message
 * says about a name, and which backends SRV records are.
 */
package io.apexproxy.source.dns;
