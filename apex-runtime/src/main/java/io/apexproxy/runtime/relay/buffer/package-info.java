/** The memory of the relay: buffers of several sizes for each loop, cut from slabs under one ceiling. */
package io.apexproxy.runtime.relay.buffer;
