/**
 * Clients and servers at the other ends of a simulated network. Each follows a plan that a seed has made, sends bytes
 * that depend on its number and their position, and checks the bytes that it receives.
 */
package io.apexproxy.runtime.engine.sim.peer;
