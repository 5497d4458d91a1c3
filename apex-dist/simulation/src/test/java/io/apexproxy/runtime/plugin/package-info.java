/** Plugin instances for the simulation. Their constructor is accessible only in this package. */
package io.apexproxy.runtime.plugin;
