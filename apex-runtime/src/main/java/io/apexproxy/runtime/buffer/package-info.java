/** The memory for bytes in transit: a buffer pool per loop, with several sizes, cut from slabs under one ceiling. */
package io.apexproxy.runtime.buffer;
