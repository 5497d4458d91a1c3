/**
 * Tests of the proxy as a whole, in this process, with real sockets: each class is about one thing that users are
 * promised. {@code TestProxy} is a proxy with one listener and one pool, {@code ReloadFixture} one with a
 * configuration file and plugins; {@code TestBackend}, {@code NamedServer}, {@code UnixServer} and the test kit's
 * {@code BlackHole} stand behind it, {@code Conversation} and {@code Bytes} in front of it. The {@code Scripted…}
 * plugins do what a test says, and {@code LogCapture} keeps what is logged.
 *
 * <p>Tests of the relay carry {@code RelayMatrix}: they run with one event loop and with two.
 */
package io.apexproxy.runtime;
