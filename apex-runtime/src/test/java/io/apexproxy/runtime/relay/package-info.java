/**
 * Tests and a benchmark of the relay's parts that can be had one by one: its buffers, limits, queues and log lines.
 * How sessions relay is tested on a whole proxy, a package further up.
 */
package io.apexproxy.runtime.relay;
