/**
 * Tests of the event loop and its channels. Tests named {@code …ContractTest} check the documented behaviour of the
 * JDK's asynchronous channels, and also run on the JDK's implementation ({@code Implementation}). The other tests check
 * features of the loop: timers, tasks, fairness, the guard against spinning, and concurrent closes.
 *
 * <p>{@code Net} opens channels and plain sockets and closes them; {@code Completion} is a handler that records its
 * call.
 */
package io.apexproxy.runtime.engine.loop;
