/**
 * Backends from JSON documents.
 *
 * <p>{@code HttpSource} fetches a document, {@code DirectorySource} reads files, and {@code Document} is the parser of
 * both. Nothing is remembered of a document that cannot be read, so that it is reported again.
 */
package io.apexproxy.source.documents;
