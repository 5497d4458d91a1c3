/** Plugin instances for the simulation, which only this package can create. */
package io.apexproxy.runtime.plugin;
