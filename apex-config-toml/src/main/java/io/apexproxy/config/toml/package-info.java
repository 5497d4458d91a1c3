/**
 * From a file in TOML to a tree with places, and again whenever the file changes.
 *
 * <p>A {@link io.apexproxy.config.toml.TomlProvider} makes a {@code TomlSource}. What it reads goes one way:
 * {@code TomlFile} (bytes) → {@code TomlParser} (tomlj, and its errors in plain words by {@code SyntaxMessage}) →
 * {@code TreeBuilder} (values, with places that {@code SourceText} finds) → {@code ReadResult}.
 *
 * <p>{@code LastRead} knows the last reading that the runtime got, by loading or by being told. {@code FileWatch} is
 * the thread that compares the content: when {@code StatWatch} sees other attributes, and at the poll interval. The
 * attributes decide <em>when</em> the content is compared, and only the content decides whether the file has changed.
 */
package io.apexproxy.config.toml;
