/** Tests and a benchmark of buffers and their memory. */
package io.apexproxy.runtime.buffer;
