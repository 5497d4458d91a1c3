/**
 * The file of overrides as the command {@code apex set} edits it.
 *
 * <p>{@link io.apexproxy.runtime.overrides.OverridesFile} replaces the file as a whole, under a lock. The text is
 * edited line by line, so that comments and the order of a file that users also edit stay.
 */
package io.apexproxy.runtime.overrides;
