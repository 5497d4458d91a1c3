/**
 * Simulated clients and servers. Each peer follows a random plan, sends bytes that depend on its number and their
 * position, and checks the bytes that it receives.
 */
package io.apexproxy.runtime.engine.sim.peer;
