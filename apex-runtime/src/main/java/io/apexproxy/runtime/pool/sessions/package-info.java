/**
 * The ends that a pool gives to open sessions: of backends that go down or leave, of sessions that are too old, and of
 * idle sessions of backends that have more than their share.
 *
 * <p>The decisions are pure: {@link io.apexproxy.runtime.pool.sessions.DrainPace}, {@link
 * io.apexproxy.runtime.pool.sessions.ConnectionAge} and {@link io.apexproxy.runtime.pool.sessions.Surplus}. {@link
 * io.apexproxy.runtime.pool.sessions.OpenSessions} ends the sessions.
 */
package io.apexproxy.runtime.pool.sessions;
