/**
 * Reading, parsing and watching of a TOML file and of the files that it includes.
 *
 * <p>A {@link io.apexproxy.config.toml.TomlProvider} creates a {@code TomlSource}. Data flows in one direction: {@code
 * TomlFile} (bytes) → {@code TomlParser} (tomlj; {@code SyntaxMessage} rewrites its errors) → {@code TreeBuilder}
 * (values, with positions from {@code SourceText}) → {@code ReadResult}. {@code ConfigFiles} does this for all files:
 * {@code Includes} finds the included ones, {@code TreeMerge} combines the trees.
 *
 * <p>{@code LastRead} holds the last result that the runtime received, from a load or as an observer. The thread of
 * {@code FileWatch} compares the content when {@code StatWatch} detects a change of the attributes, and at the poll
 * interval. The attributes only trigger the comparison; the content decides whether the file changed.
 *
 * <p>{@link io.apexproxy.config.toml.TomlTrees} parses the TOML of other configuration sources. {@code Origins}
 * converts positions to origins.
 */
package io.apexproxy.config.toml;
