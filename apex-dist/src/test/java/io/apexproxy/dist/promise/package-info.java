/**
 * Tests of the guarantees of Apex. Each class tests a guarantee, each test a case of it. A test copies the unpacked
 * distribution, starts {@code bin/apex} as a process, and uses only sockets, files, signals, the log and the metrics.
 *
 * <p>{@code Scenario} is the base class, {@code Config} the configuration file, {@code Proxy} the process with its log
 * and metrics. {@code Client} and {@code TestServer} are the two sides of a connection. Tests tagged {@code quick} take
 * about a minute together; {@code mvn verify -Dapex.scenarios=quick} runs only these tests of the distribution.
 */
package io.apexproxy.dist.promise;
