/**
 * Backend sources: one policy for the answers of all plugins that find the backends of a pool.
 *
 * <p>{@code PoolSource} calls the plugin and gives its backends to the pool. {@code FoundSet} decides which backends of
 * earlier answers stay, and {@code LookUpSchedule} when the plugin is called; both are pure. {@code AnswerFile} keeps
 * the last answer for a restart without the source.
 */
package io.apexproxy.runtime.source;
