/**
 * The takeover of a running process by a new one.
 *
 * <p>The new process knows the old one as its {@code Predecessor}, and receives a {@code Handover} from it. The old one
 * keeps the {@code Succession}. They talk over the control socket.
 */
package io.apexproxy.runtime.takeover;
