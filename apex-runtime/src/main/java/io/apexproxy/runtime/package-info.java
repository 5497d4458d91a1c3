/**
 * The lifecycle of a proxy: start, change of the configuration, snapshot, drain, close.
 *
 * <p>{@link io.apexproxy.runtime.ApexProxy} is the entry point for the command line and for programs that embed a
 * proxy. {@code Sources} combines the configuration file with the source that the file selects. {@code LiveConfig}
 * applies one change at a time in two steps. {@code PreparedConfig} validates the configuration and creates its
 * plugins. {@code Deployment} binds new addresses, which can fail, and then updates pools and listeners.
 */
package io.apexproxy.runtime;
