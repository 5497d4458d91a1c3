/** Tests of buffers and their memory, and a benchmark of them. */
package io.apexproxy.runtime.relay.buffer;
