/**
 * The command line, which runs one {@link io.apexproxy.runtime.ApexProxy} and converts its result to an exit status.
 *
 * <p>{@code bin/apex} starts {@code Main}. {@code Commands} reads the arguments into {@code Arguments}, by
 * {@code StartArguments} or with picocli by {@code ParsedCommands}, and calls {@code RunCommand},
 * {@code CheckCommand}, {@code PluginsCommand}, {@code ArchiveCommand} or {@code Conversion}. {@code ClientCommands}
 * has the commands that talk to a running process. {@code Locations} finds the configuration file and the plugins
 * directory. Commands throw exceptions; only {@code Commands} converts these to messages on standard error and an
 * {@code ExitStatus}. Results and the log go to standard output.
 */
package io.apexproxy.runtime.cli;
