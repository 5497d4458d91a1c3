/**
 * Tests of what is shipped: each takes a copy of the unpacked distribution, in a directory with a space in its name,
 * and drives {@code bin/apex} as a user does. {@code Distribution} is the copy, {@code ApexProcess} a started script,
 * {@code HttpBackend} a server behind the proxy, and {@code Http} the client. {@code PluginJar} builds a plugin by
 * somebody else, {@code CodeBlocks} reads the ones that the documents show.
 */
package io.apexproxy.dist;
