/**
 * Tests of the event loop's channels. Those named {@code …ContractTest} check what the documentation of the JDK's
 * asynchronous channels says, and run on the JDK's own implementation, too ({@code Implementation}): where the two
 * differ, one of them or the test is wrong. The others are about what only the loop has: its timers and tasks, its
 * fairness, the guard against spinning, and closes from other threads at the worst moment.
 *
 * <p>{@code Net} opens channels and plain sockets and closes them all; {@code Completion} is a handler that may be
 * called once.
 */
package io.apexproxy.runtime.engine.select;
