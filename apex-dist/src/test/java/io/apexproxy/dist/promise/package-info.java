/**
 * What Apex promises, each promise a class, each case of it a test whose name is the sentence that it proves. A test
 * unpacks a copy of the distribution, starts {@code bin/apex} as a process, and looks at it from outside: by sockets,
 * files, signals, its log and its metrics.
 *
 * <p>{@code Scenario} is what all begin with, {@code Config} the file they write, {@code Proxy} the process with its
 * log and metrics, {@code Client} and {@code Server} the two sides of a connection. Cases tagged {@code quick} take
 * about a minute together; {@code mvn verify -Dapex.scenarios=quick} runs these and no other test of the distribution.
 */
package io.apexproxy.dist.promise;
