/**
 * The event loop of the relay, with the objects that its sessions share: channels, buffers, clock and timer.
 */
package io.apexproxy.runtime.relay.loop;
