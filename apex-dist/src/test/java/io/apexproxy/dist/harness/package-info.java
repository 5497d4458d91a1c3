/**
 * Helpers for tests of the distribution. {@code Distribution} is a copy of the unpacked distribution, in a directory
 * with a space in its name; {@code ApexProcess} is a started script. {@code HttpBackend} and {@code EchoBackend} are
 * backends, {@code Http} and {@code Admin} clients. {@code PluginJar} builds a third-party plugin, {@code Signal} sends
 * signals.
 *
 * <p>The helpers do not depend on the code of the proxy, only on its script, files, log and sockets.
 */
package io.apexproxy.dist.harness;
