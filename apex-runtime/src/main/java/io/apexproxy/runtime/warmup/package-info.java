/** Connections that a process relays to itself: before it takes over another one, and for a class archive. */
package io.apexproxy.runtime.warmup;
