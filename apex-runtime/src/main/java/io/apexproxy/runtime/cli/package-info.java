/**
 * The command line: from arguments to one {@link io.apexproxy.runtime.ApexProxy}, and from what happens to it to an
 * exit status.
 *
 * <p>{@code Main} is what {@code bin/apex} starts. {@code Commands} reads the arguments into {@code Arguments} and
 * calls one of {@code RunCommand}, {@code CheckCommand} and {@code PluginsCommand}; {@code Locations} answers which
 * configuration and which plugins directory are meant. The commands throw what went wrong, {@code Commands} alone
 * turns it into a message on standard error and an {@code ExitStatus}. Standard output belongs to results and to the
 * log.
 */
package io.apexproxy.runtime.cli;
