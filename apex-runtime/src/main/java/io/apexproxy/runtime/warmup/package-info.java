/** Connections that this process relays to itself before it takes over another one. */
package io.apexproxy.runtime.warmup;
