/**
 * What the translators of {@code apex convert} have in common.
 *
 * <p>{@code Directive}s are the parsed source. A {@code Draft} is the result, a tree of {@code Group}s with comments.
 * It knows which directives have an effect or a comment. {@code DraftCheck} reads it with the code that reads
 * configurations, and replaces what that refuses by comments. {@code TomlWriter} prints it.
 */
package io.apexproxy.runtime.cli.convert.draft;
