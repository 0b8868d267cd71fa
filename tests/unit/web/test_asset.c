/* What tools/embed put into the binary is what is served. zlib's inflate is the judge of the compressed form.
 */
#include "web/asset.h"

#include <sodium.h>
#include <zlib.h>

#include "check.h"

static void each_asset_is_found_by_its_url(void **state)
{
    (void)state;
    for (int id = 0; id < ASSET_COUNT; id++) {
        const Asset *asset = asset_get((AssetId)id);
        assert_true(str_starts(asset->url, S("/assets/")) && url_is_local(asset->url));
        assert_ptr_equal(asset_find(str_slice(asset->url, 8, asset->url.len)), asset);
        assert_true(asset->bytes.len > 0 && asset->content_type.len > 0);
    }
    assert_null(asset_find(S("")));
    assert_null(asset_find(S("hitomachi.css")));
    assert_null(asset_find(S("../secret")));
}

static void urls_follow_the_content(void **state)
{
    (void)state;
    for (int id = 0; id < ASSET_COUNT; id++) {
        const Asset *asset = asset_get((AssetId)id);
        unsigned char hash[crypto_generichash_BYTES_MIN];
        char hex[13];
        crypto_generichash(
            hash, sizeof hash, (const unsigned char *)asset->bytes.at, asset->bytes.len, NULL, 0);
        sodium_bin2hex(hex, sizeof hex, hash, 6);
        assert_str(asset->hash, hex);
        assert_true(str_contains(asset->url, asset->hash));
    }
}

static void compressed_forms_unfold(void **state)
{
    (void)state;
    for (int id = 0; id < ASSET_COUNT; id++) {
        const Asset *asset = asset_get((AssetId)id);
        if (asset->gzip.len == 0)
            continue;
        assert_true(asset->gzip.len < asset->bytes.len);
        char *unfolded = malloc(asset->bytes.len + 1);
        z_stream stream = {0};
        assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
        stream.next_in = (z_const Bytef *)(uintptr_t)asset->gzip.at;
        stream.avail_in = (uInt)asset->gzip.len;
        stream.next_out = (Bytef *)unfolded;
        stream.avail_out = (uInt)asset->bytes.len + 1;
        assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
        assert_int_equal(stream.total_out, asset->bytes.len);
        assert_memory_equal(unfolded, asset->bytes.at, asset->bytes.len);
        inflateEnd(&stream);
        free(unfolded);
    }
}

/* The policy allows nothing from elsewhere, so styles must not ask for it. */
static void styles_name_nothing_from_elsewhere(void **state)
{
    (void)state;
    for (int id = 0; id < ASSET_COUNT; id++) {
        const Asset *asset = asset_get((AssetId)id);
        if (!str_ends(asset->name, S(".css")))
            continue;
        assert_false(str_contains(asset->bytes, S("asset:")));
        assert_false(str_contains(asset->bytes, S("@import")));
        assert_false(str_contains(asset->bytes, S("url(http")) ||
                     str_contains(asset->bytes, S("url(\"http")) || str_contains(asset->bytes, S("url(//")) ||
                     str_contains(asset->bytes, S("url(\"//")));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_asset_is_found_by_its_url),
        cmocka_unit_test(urls_follow_the_content),
        cmocka_unit_test(compressed_forms_unfold),
        cmocka_unit_test(styles_name_nothing_from_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
