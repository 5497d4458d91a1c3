/**
 * From a file in TOML to a tree with places, and again whenever the file changes.
 *
 * <p>A {@link io.apexproxy.config.toml.TomlProvider} makes a {@code TomlSource}. What it reads goes one way:
 * {@code TomlFile} (bytes) → {@code TomlParser} (tomlj, and its errors in plain words by {@code SyntaxMessage}) →
 * {@code TreeBuilder} (values, with places that {@code SourceText} finds) → {@code ReadResult}.
 *
 * <p>{@code LastRead} knows the last reading that the runtime got, by loading or by being told. {@code FileWatch} is
 * the thread that compares: it waits on a {@code PathWatch} until a directory entry that leads to the file changes, or
 * the poll interval is over, then compares the content. The events only say <em>when</em> to look; whether something
 * changed is always decided by the content, so that a missed or a superfluous event costs time, never truth.
 */
package io.apexproxy.config.toml;
