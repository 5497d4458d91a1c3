/**
 * Reading, parsing and watching of a TOML file.
 *
 * <p>A {@link io.apexproxy.config.toml.TomlProvider} creates a {@code TomlSource}. Data flows in one direction: {@code
 * TomlFile} (bytes) → {@code TomlParser} (tomlj; {@code SyntaxMessage} rewrites its errors) → {@code TreeBuilder}
 * (values, with positions from {@code SourceText}) → {@code ReadResult}.
 *
 * <p>{@code LastRead} holds the last result that the runtime received, from a load or as an observer. The thread of
 * {@code FileWatch} waits on a {@code PathWatch} until a directory entry on the path of the file changes, or the poll
 * interval is over. Then it compares the content. Events only trigger the comparison; the content decides whether the
 * file changed. A missed or superfluous event therefore delays a report but never causes a wrong one.
 */
package io.apexproxy.config.toml;
