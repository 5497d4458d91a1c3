/** The memory of the relay: a buffer pool per loop, with several sizes, cut from slabs under one ceiling. */
package io.apexproxy.runtime.relay.buffer;
