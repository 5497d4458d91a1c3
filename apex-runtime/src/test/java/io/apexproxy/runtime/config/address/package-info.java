/** Tests of addresses: validation and texts. */
package io.apexproxy.runtime.config.address;
