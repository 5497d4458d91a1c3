/**
 * Tests of a complete proxy in this process with real sockets. Each class tests one promise to users.
 *
 * <p>{@code TestProxy} is a proxy with one listener and one pool. {@code ReloadFixture} is a proxy with a configuration
 * file and plugins. Backends are {@code TestServer}, {@code NamedServer}, {@code UnixServer} and {@code BlackHole} of
 * the test kit; clients use {@code Conversation} and {@code Bytes}. {@code ScriptedBalancer}, {@code ScriptedHealth},
 * {@code ScriptedNames} and {@code ScriptedSource} run scripts of a test. {@code LogCapture} records the log.
 *
 * <p>Tests of the relay have the annotation {@code RelayMatrix}, which runs them with one event loop and with two.
 */
package io.apexproxy.runtime;
