/**
 * What the tests of the distribution drive it with. {@code Distribution} is a copy of the unpacked one, in a directory
 * with a space in its name; {@code ApexProcess} a started script; {@code HttpBackend} and {@code EchoBackend} servers
 * behind the proxy; {@code Http} and {@code Admin} clients. {@code PluginJar} builds a plugin by somebody else,
 * {@code Signal} sends what Java cannot.
 *
 * <p>Nothing here knows the code of the proxy: only its script, its files, its log and its sockets.
 */
package io.apexproxy.dist.harness;
