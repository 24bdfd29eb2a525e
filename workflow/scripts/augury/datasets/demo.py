"""The demo's images: 105 photographs of plankton in six classes that come inside a public Python package."""

FOLDER = "resources/demo/images"  # where they are put, CLASS/NAME.jpg below it
PACKAGE = "planktonclas"
VERSION = "0.2.4"
WHEEL_SHA256 = "8117093b31700306b047adfb50cab8cb6fde773ebbb9688409621416e25c1530"
INSIDE = "planktonclas/resources/demo-images/"  # the folder in the wheel
HASH_DIGITS = 8

# The first HASH_DIGITS digits of the sha256 of each image.
IMAGES = {
    "Actinoptychus": (
        "00b86764 05946080 09acb9e7 2f9895a9 35f3b1f0 5e2e7902 6a5c1a66 71f4a3dd 739eccd9 76e43245 9199febb "
        "942894f6 c865cdcb e90a1041"
    ),
    "Bacillariophyceae": (
        "04c3c631 064f2cd8 46d2daaa 5074e864 6bde6324 71ef72f1 77d80ca2 880edab0 a09a0048 b3e8884f b897bb63 "
        "c3e67a33 d1c5a438 e396cc8c ea384379 faa507a6"
    ),
    "Ciliophora": (
        "03673fc0 14d5ede3 238a49b0 4fbb8558 5736bc59 5bdbedee 5c47f00c 5e6f5443 61b0b455 7b809d8e 8b72bd68 "
        "8ee58683 a02dfc82 cf7aebb4 d1e9c133 dc989b1f e83f9a4a f9b55899 fb755d4a"
    ),
    "Dinoflagellata": (
        "1b09a17b 2b795bf0 35825170 375563fe 37f8b4f7 3ac8bc2d 46924f76 6dede2d2 7882b639 959d37a1 99d3fa13 "
        "9d0fa17f 9e2381ee a7a73758 d584e87a d679a626 e3084eb0 e6c4d838 eaf44c3a f37f8ec1"
    ),
    "Noctilucales": (
        "002b5bb1 189543ef 1ab1ba8a 25f899d2 394e167a 3a0eeea9 46e0c40e 6d7ba8b1 72470fcb 75551c8c 8160c35b "
        "866b4cf4 8eab1868 9079864b a703f93a aa7ecef1 ab0b3fa1 d0ebd37b d3ed588e e07b3b77 e63e7634 ef9651a1 "
        "fa5c7cf5"
    ),
    "Tripos": (
        "06022687 0fccd344 211d8dd3 2eac7ec8 46301663 5f2fd66f 6ff1423d 842ae1e2 98eb7332 c6e42b17 d933e852 "
        "e0c45b82 e6f1cc4b"
    ),
}
CLASS_NAMES = tuple(IMAGES)

# What `digests.class_digest` gives for each class once the images are there.
CLASS_DIGESTS = {
    "Actinoptychus": "af0a9b5282f68aa2980fb5e11f1d80fad273b9c860cc2436a0786a4f2b55f296",
    "Bacillariophyceae": "f1bbf2cbc4d2a14ba9f2b32627485beec1b99cdcc7b8135bd1d296f2eb4ee17a",
    "Ciliophora": "46b3144efe541c2d74a97df58f445f34980e8170a80ac3cd01836e9f8e60cd6e",
    "Dinoflagellata": "a93fbd0a96d2c6754cfe92cbd3fe6ca3901a15fd85bbc7806b07980151f8106e",
    "Noctilucales": "5384ebe735695a3522120e8bbae5ad7b45072ad451ee110ea343a07efb152528",
    "Tripos": "665cc72685cb01722bcc2dc79dd19e3fd91a0f9ee3f84ef55f13f136572e13e6",
}
