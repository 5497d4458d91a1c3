/**
 * What the stages of a connection share on one event loop: its channels, its buffers, its clock, and the order in which
 * its sessions expire.
 */
package io.apexproxy.runtime.relay.loop;
