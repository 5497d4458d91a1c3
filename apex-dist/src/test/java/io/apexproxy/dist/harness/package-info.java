/**
 * Helpers for tests of the distribution. {@code Distribution} is a copy of the unpacked distribution, in a directory
 * with a space in its name; {@code ApexProcess} is a started script. {@code HttpBackend} is a backend, {@code Http} and
 * {@code Admin} are clients. {@code Signal} sends signals. The module test-support has further helpers.
 *
 * <p>The helpers do not depend on the code of the proxy, only on its script, files, log and sockets.
 */
package io.apexproxy.dist.harness;
