/**
 * Source hash: clients stick to backends without a table of clients.
 *
 * <p>{@code ClientKey} reduces a client to the bytes that identify it, {@code MaglevTable} maps a hash of them to a
 * backend. The table depends on the names and weights of the healthy backends alone: several proxies with the same
 * pool agree, a restart changes nothing, and when a backend leaves, hardly any clients but its own move.
 */
package io.apexproxy.lb.sourcehash;
