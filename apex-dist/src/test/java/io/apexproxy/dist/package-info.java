/**
 * Tests of what is shipped: each takes a copy of the unpacked distribution, in a directory with a space in its name,
 * and drives {@code bin/apex} as a user does. {@code Distribution} is the copy, {@code ApexProcess} a started script,
 * {@code HttpBackend} a server behind the proxy, and {@code Http} the client.
 */
package io.apexproxy.dist;
